import { useEffect } from 'preact/hooks'
import { recall, remember } from './storage.ts'
import { createValue } from './value.ts'

/** What a key does; two keys after one another are written with a space: `g e`. */
export type Keys = Readonly<Record<string, () => void>>

const sequenceMs = 2_500
const layers: Keys[] = []
let prefix: string | null = null
let prefixTimer = 0

/** Single keys can be switched off: whoever speaks to the computer presses many by accident (WCAG 2.1.4). */
export const keysOn = createValue(recall('keys') !== 'off')

export function switchKeys(on: boolean): void {
  remember('keys', on ? null : 'off')
  keysOn.set(on)
}

/** As long as the component is there. The newest that knows a key takes it. */
export function useKeys(keys: Keys): void {
  useEffect(() => {
    layers.push(keys)
    return () => {
      layers.splice(layers.lastIndexOf(keys), 1)
    }
  })
}

export function startKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return
    if (!keysOn.get() || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    const name = prefix === null ? event.key : `${prefix} ${event.key}`
    setPrefix(null)
    const action = layers.findLast((keys) => keys[name] !== undefined)?.[name]
    if (action !== undefined) {
      event.preventDefault()
      action()
    } else if (layers.some((keys) => Object.keys(keys).some((key) => key.startsWith(`${event.key} `)))) {
      setPrefix(event.key)
    }
  })
}

function setPrefix(key: string | null): void {
  clearTimeout(prefixTimer)
  prefix = key
  if (key !== null) prefixTimer = setTimeout(() => setPrefix(null), sequenceMs)
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}
