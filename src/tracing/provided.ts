/**
 * Where the API package, which all SDKs of its major version share, keeps what was registered with it. Looked at like this
 * because loading the package takes ten megabytes and as many milliseconds, and mostly there is nothing to find.
 */
const REGISTRY = Symbol.for('opentelemetry.js.api.1')

/** Whether somebody's own OpenTelemetry SDK was started in this process, as `node --import ./otel.mjs` does. */
export function tracerIsProvided(): boolean {
  const registered: unknown = Reflect.get(globalThis, REGISTRY)
  return typeof registered === 'object' && registered !== null && 'trace' in registered
}
