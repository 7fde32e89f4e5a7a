import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { SamplerName, TracingConfig } from '../config/tracing.ts'
import { describeError } from '../delivery/one-line.ts'
import type { Log } from '../delivery/types.ts'
import { version } from '../version.ts'

/** How long the end of the process waits for a collector, in milliseconds. */
const FLUSH_MS = 3_000
/** A collector that is away is reported this often, in milliseconds. */
const REPORT_MS = 60_000

/**
 * Starts OpenTelemetry's SDK and registers it for the whole process. A collector that is away costs spans, never an event:
 * a bounded number of them waits, and the rest is dropped.
 *
 * @returns what sends the rest and stops it
 */
export function startSdk(config: TracingConfig, log: Log): () => Promise<void> {
  reportFaults(log)
  const exporter = config.exporter === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter()
  const own = resourceFromAttributes({ 'service.name': 'posthorn', 'service.version': version })
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(own)
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplers[config.sampler](config.ratio),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...config.batch })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  return () => shutDown(provider, log)
}

const samplers: Readonly<Record<SamplerName, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
}

/** Only that it fails, and not too often: what a collector answers, or a header of its, is nothing for the log. */
function reportFaults(log: Log): void {
  let reportedAt = Number.NEGATIVE_INFINITY
  const ignore = () => {}
  const error = () => {
    if (performance.now() - reportedAt < REPORT_MS) return
    reportedAt = performance.now()
    log.warn(
      {},
      'traces could not be sent: see whether OTEL_EXPORTER_OTLP_ENDPOINT is right and the collector is there',
    )
  }
  diag.setLogger({ error, warn: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ERROR)
}

async function shutDown(provider: TracerProvider, log: Log): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(() => late.reject(new Error(`not sent within ${FLUSH_MS / 1_000} s`)), FLUSH_MS)
  try {
    await Promise.race([provider.shutdown(), late.promise])
  } catch (error) {
    log.warn({ error: describeError(error) }, 'the last traces are lost')
  } finally {
    clearTimeout(timer)
  }
}
