import { recall, remember } from './storage.ts'
import { createValue } from './value.ts'

export type Theme = 'system' | 'light' | 'dark'

export const themes: readonly Theme[] = ['system', 'light', 'dark']

const stored = recall('theme')

/** The reader's choice of colours. */
export const theme = createValue<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

export function chooseTheme(chosen: Theme): void {
  remember('theme', chosen === 'system' ? null : chosen)
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
  theme.set(chosen)
}
