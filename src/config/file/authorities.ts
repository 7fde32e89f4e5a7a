import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeError } from '../../delivery/one-line.ts'
import type { Entry } from './entry.ts'

/** Certificates that can be read: a file with none in it would be found out by the first delivery only. */
export function readCa(ca: string | undefined, entry: Entry): string | null {
  if (ca === undefined) return null
  const given = ca.includes('-----BEGIN ')
  const path = resolve(entry.directory, ca)
  try {
    const pem = given ? ca : readFileSync(path, 'utf8')
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []
    if (certificates.length === 0) throw new Error('there is no CERTIFICATE in it')
    for (const certificate of certificates) new X509Certificate(certificate)
    return certificates.join('\n')
  } catch (error) {
    const what = given ? 'the value given' : path
    entry.problem('ca', `${what} cannot be used (${describeError(error)}); give certificates as PEM, or a PEM file.`)
    return null
  }
}
