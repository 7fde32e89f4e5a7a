export type FindingLevel = 'ok' | 'warn' | 'fail'

/** What was looked at, and how it is. */
export interface Finding {
  /** One word for it; docs/doctor.md explains each. */
  readonly check: string
  /** `fail`: events are lost, rejected or open to strangers as it is. `warn`: they may be. */
  readonly level: FindingLevel
  /** One sentence: what is, and where it is not as it should be, what to do. Never a secret. */
  readonly sentence: string
}

export const ok = (check: string, sentence: string): Finding => ({ check, level: 'ok', sentence })
export const warn = (check: string, sentence: string): Finding => ({ check, level: 'warn', sentence })
export const fail = (check: string, sentence: string): Finding => ({ check, level: 'fail', sentence })

/** The gravest of them. */
export function worst(findings: readonly Finding[]): FindingLevel {
  if (findings.some(({ level }) => level === 'fail')) return 'fail'
  return findings.some(({ level }) => level === 'warn') ? 'warn' : 'ok'
}
