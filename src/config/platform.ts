import { relative } from 'node:path'
import { type Environment, type Findings, given } from './environment.ts'
import { parse } from './parse.ts'

/**
 * What Railway says about a service and its volume.
 * @see https://docs.railway.com/variables/reference#railway-provided-variables
 */
export interface Platform {
  readonly onRailway: boolean
  /** Absolute path of the attached volume. */
  readonly volume: string | null
  /** Where the service is reached from outside. */
  readonly publicUrl: string | null
  /** The platform's name, where every request comes through a proxy of its; null: none is known. */
  readonly proxy: string | null
  /** Where that proxy's connections come from, as far as that is known. */
  readonly proxyRange: string | null
}

/** What a platform sets in the environment of every process on it. */
const PROXIED: Readonly<Record<string, string>> = {
  DYNO: 'Heroku',
  RENDER: 'Render',
  FLY_APP_NAME: 'Fly.io',
  K_SERVICE: 'Cloud Run',
  WEBSITE_SITE_NAME: 'Azure App Service',
}
/** Seen there, not documented: the inner side of Railway's edge. */
const RAILWAY_PROXIES = '100.64.0.0/10'

/** Reads what the platform tells the process about itself. */
export function readPlatform(env: Environment, findings: Findings): Platform {
  const domain = given(env, 'RAILWAY_PUBLIC_DOMAIN')
  const parsed = domain === null ? null : parse('host', domain)
  if (parsed !== null && 'refused' in parsed) {
    findings.problems.push(`RAILWAY_PUBLIC_DOMAIN: ${parsed.refused} is no host name; set PUBLIC_URL instead.`)
  }
  const onRailway = given(env, 'RAILWAY_ENVIRONMENT') !== null || given(env, 'RAILWAY_PROJECT_ID') !== null
  const marker = Object.keys(PROXIED).find((name) => given(env, name) !== null)
  return {
    onRailway,
    proxy: onRailway ? 'Railway' : (PROXIED[marker ?? ''] ?? null),
    proxyRange: onRailway ? RAILWAY_PROXIES : null,
    volume: given(env, 'RAILWAY_VOLUME_MOUNT_PATH'),
    publicUrl: parsed !== null && 'value' in parsed ? `https://${parsed.value}` : null,
  }
}

/** Warns when the platform would throw the data directory away, or not let this process write to it. */
export function checkVolume(
  { onRailway, volume }: Platform,
  dataDir: string,
  uid: number | undefined,
  findings: Findings,
): void {
  if (!onRailway) return
  if (volume === null) {
    findings.warnings.push('No volume is attached: every deploy would lose the stored events. Add one to this service.')
    return
  }
  if (/^\.\.(?:\/|$)/.test(relative(volume, dataDir))) {
    findings.warnings.push(
      `DATA_DIR is ${dataDir}, outside the volume at ${volume}: every deploy would lose the stored events.`,
    )
  }
  // https://docs.railway.com/volumes/reference: volumes are mounted as root.
  if (uid !== undefined && uid !== 0) {
    findings.warnings.push(
      `The volume at ${volume} belongs to root, and this process runs as user ${uid}: set RAILWAY_RUN_UID=0 on this service.`,
    )
  }
}
