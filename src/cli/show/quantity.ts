const units = ['KiB', 'MiB', 'GiB', 'TiB']

/** Bytes in the units that settings and the console have them in: `681 B`, `1.5 KiB`, `5 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power - 1]}`
}

/** A share of 1 in percent; never 100 % where something is missing. */
export function percentText(share: number): string {
  return `${Number((Math.floor(share * 1_000) / 10).toFixed(1))} %`
}

/** Seconds as they are measured: `0.8 ms`, `12 ms`, `1.25 s`. */
export function measuredText(seconds: number): string {
  const ms = seconds * 1_000
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  return `${Number(seconds.toFixed(2))} s`
}

/** A count with its digits in groups. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** `1 delivery`, `2 deliveries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}
