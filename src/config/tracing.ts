import { tracerIsProvided } from '../tracing/provided.ts'
import { type Environment, type Findings, given } from './environment.ts'
import { quote } from './parse.ts'

/**
 * What OpenTelemetry's own variables ask for, by their own names
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Where the spans are sent, with which
 * headers, certificates and limits, the exporter reads for itself.
 */
export interface TracingConfig {
  readonly exporter: 'otlp' | 'console'
  readonly sampler: SamplerName
  /** The share of traces that the ratio samplers keep. */
  readonly ratio: number
  /** Left out: the SDK's own. */
  readonly batch: {
    readonly scheduledDelayMillis?: number
    readonly exportTimeoutMillis?: number
    readonly maxQueueSize?: number
    readonly maxExportBatchSize?: number
  }
}

export type SamplerName = (typeof SAMPLERS)[number]

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
const EXPORTERS = ['otlp', 'console', 'none'] as const
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']
const PROTOCOL = 'http/protobuf'
const BATCH = [
  ['scheduledDelayMillis', 'OTEL_BSP_SCHEDULE_DELAY'],
  ['exportTimeoutMillis', 'OTEL_BSP_EXPORT_TIMEOUT'],
  ['maxQueueSize', 'OTEL_BSP_MAX_QUEUE_SIZE'],
  ['maxExportBatchSize', 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
] as const

/**
 * Whether traces are recorded, and how. `provided`: an SDK that was loaded before the gateway records them, and what the
 * variables say is its affair. Null: nobody asked.
 */
export function readTracing(env: Environment, findings: Findings): TracingConfig | 'provided' | null {
  if (given(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return null
  if (tracerIsProvided()) return 'provided'
  const asked = given(env, 'OTEL_TRACES_EXPORTER')
  const hasEndpoint = ENDPOINTS.some((name) => given(env, name) !== null)
  const exporter = asked === null ? (hasEndpoint ? 'otlp' : 'none') : oneOf(EXPORTERS, asked)
  if (exporter === null) refuse(findings, 'OTEL_TRACES_EXPORTER', asked, `one of ${EXPORTERS.join(', ')}`)
  if (exporter === null || exporter === 'none') return null
  if (exporter === 'otlp') checkExporter(env, findings)
  return { exporter, ...readSampler(env, findings), batch: readBatch(env, findings) }
}

function checkExporter(env: Environment, findings: Findings): void {
  for (const name of PROTOCOLS) {
    const protocol = given(env, name)
    if (protocol === null || protocol === PROTOCOL) continue
    refuse(findings, name, protocol, `${PROTOCOL}, which collectors take on port 4318, or leave it out`)
  }
  for (const name of ENDPOINTS) {
    const endpoint = given(env, name)
    // It may hold credentials: it is not shown.
    if (endpoint !== null && !isHttpUrl(endpoint)) {
      findings.problems.push(`${name}: is not accepted; give an http(s) URL such as http://collector:4318.`)
    }
  }
}

function readSampler(env: Environment, findings: Findings): Pick<TracingConfig, 'sampler' | 'ratio'> {
  const asked = given(env, 'OTEL_TRACES_SAMPLER')
  const sampler = asked === null ? 'parentbased_always_on' : oneOf(SAMPLERS, asked)
  if (sampler === null) refuse(findings, 'OTEL_TRACES_SAMPLER', asked, `one of ${SAMPLERS.join(', ')}`)
  const argument = given(env, 'OTEL_TRACES_SAMPLER_ARG')
  const ratio = argument === null || !sampler?.endsWith('ratio') ? 1 : Number(argument)
  if (!(ratio >= 0 && ratio <= 1)) refuse(findings, 'OTEL_TRACES_SAMPLER_ARG', argument, 'a number from 0 to 1')
  return { sampler: sampler ?? 'always_off', ratio }
}

function readBatch(env: Environment, findings: Findings): TracingConfig['batch'] {
  const values = BATCH.flatMap(([key, name]) => {
    const text = given(env, name)
    if (text === null) return []
    const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
    if (value === 0) refuse(findings, name, text, 'a whole number from 1 to 999999999')
    return [[key, value] as const]
  })
  return Object.fromEntries(values)
}

function oneOf<T extends string>(words: readonly T[], text: string): T | null {
  return words.find((word) => word === text) ?? null
}

function refuse({ problems }: Findings, name: string, text: string | null, accepted: string): void {
  problems.push(`${name}: ${quote(text ?? '')} is not accepted; give ${accepted}.`)
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
