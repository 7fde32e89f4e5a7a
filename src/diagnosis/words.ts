import { variablePrefix } from '../config/setting-names.ts'
import type { Cause, Diagnosis, Fact } from './types.ts'

const DEFAULT_SOURCE = 'default'

export const isDefault = (source: string): boolean => source === DEFAULT_SOURCE

export function sourceLabel(source: string): string {
  return isDefault(source) ? 'the default source' : `source "${source}"`
}

/** What the settings of a source begin with. */
export function settingPrefix(source: string): string {
  return isDefault(source) ? '' : `${variablePrefix(source)}_`
}

/** The variable with a source's secret; the configuration file may have it instead. */
export function secretSetting(source: string): string {
  return `${settingPrefix(source)}WEBHOOK_SECRET`
}

export function proven(cause: Cause, sentence: string, facts: readonly Fact[] = []): Diagnosis {
  return { cause, certainty: 'proven', sentence, facts }
}

export function likely(cause: Cause, sentence: string, facts: readonly Fact[] = []): Diagnosis {
  return { cause, certainty: 'likely', sentence, facts }
}

export function listed(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names)
}

/** A stretch of time for people. */
export function spanOf(seconds: number): string {
  const whole = Math.round(Math.abs(seconds))
  if (whole < 120) return `${whole} s`
  if (whole < 2 * 3600) return `${Math.round(whole / 60)} min`
  return whole < 2 * 86_400 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86_400)} days`
}

/** @param ms Unix milliseconds; a sender may sign any number */
export function timeText(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? 'beyond any calendar' : date.toISOString()
}

/** A remark of a log line as a sentence of its own. */
export function sentenceOf(remark: string): string {
  return `${remark.charAt(0).toUpperCase()}${remark.slice(1)}.`
}
