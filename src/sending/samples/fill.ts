import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Draft } from '../../signing/draft.ts'
import type { Json, Sample } from './types.ts'

const alphabets: Readonly<Record<string, string>> = {
  alnum: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  upper: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  hex: '0123456789abcdef',
  // Without a zero, which could come first.
  digits: '123456789',
  number: '123456789',
}
const boundary = 'posthorn-sample-boundary'

/** The request that a sample stands for, with new ids and the time of sending; nothing in it is signed yet. */
export function fillSample({ headers = {}, query = {}, type, json, form, multipart }: Sample, nowMs: number): Draft {
  const filled = (value: Json) => fill(value, nowMs)
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, fillText(value, nowMs)]),
  )
  const [contentType, body] =
    form !== undefined
      ? ['application/x-www-form-urlencoded', formBody(form, filled)]
      : multipart !== undefined
        ? [`multipart/form-data; boundary=${boundary}`, multipartBody(multipart, filled)]
        : ['application/json', JSON.stringify(filled(json ?? {}))]
  return {
    url: search.size === 0 ? '' : `?${search}`,
    headers: {
      'content-type': type ?? contentType,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fillText(value, nowMs)])),
    },
    body: Buffer.from(body),
  }
}

function formBody(form: Readonly<Record<string, Json>>, filled: (value: Json) => Json): string {
  const fields = Object.entries(form).map(([name, value]): [string, string] => [name, fieldText(filled(value))])
  return new URLSearchParams(fields).toString()
}

function multipartBody(fields: Readonly<Record<string, Json>>, filled: (value: Json) => Json): string {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${fieldText(filled(value))}\r\n`,
  )
  return `${parts.join('')}--${boundary}--\r\n`
}

function fieldText(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return value.startsWith('base64:') ? Buffer.from(value.slice('base64:'.length)).toString('base64') : value
}

function fill(value: Json, nowMs: number): Json {
  if (typeof value === 'string') return fillWhole(value, nowMs)
  if (Array.isArray(value)) return value.map((item: Json) => fill(item, nowMs))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fill(field, nowMs)]))
}

function fillWhole(text: string, nowMs: number): Json {
  return /^\{(?:seconds|ms|number:\d+)\}$/.test(text) ? Number(fillText(text, nowMs)) : fillText(text, nowMs)
}

function fillText(text: string, nowMs: number): string {
  return text.replace(/\{([a-z-]+)(?::(\d+))?\}/g, (token, name: string, length: string | undefined) => {
    if (name === 'uuid') return randomUUID()
    if (name === 'iso') return new Date(nowMs).toISOString()
    if (name === 'seconds' || name === 'digits-seconds') return String(Math.floor(nowMs / 1000))
    if (name === 'ms' || name === 'digits-ms') return String(nowMs)
    const alphabet = alphabets[name]
    return alphabet === undefined || length === undefined ? token : randomText(alphabet, Number(length))
  })
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** As Standard Webhooks senders write it. */
export function newMessageId(): string {
  return `msg_${randomBytes(12).toString('hex')}`
}
