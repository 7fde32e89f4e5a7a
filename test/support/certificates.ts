import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface CertificateOptions {
  readonly commonName: string
  readonly publicKey: KeyObject
  readonly issuer: string
  /** Of the issuer: P-256. */
  readonly signingKey: KeyObject
  readonly validFrom: Date
  readonly validUntil: Date
  /** Host names that it is for. */
  readonly hosts?: readonly string[]
  readonly isAuthority?: boolean
}

/** A certificate (X.509 v3, RFC 5280) as PEM, in as few bytes as TLS takes. */
export function makeCertificate(options: CertificateOptions): string {
  const { commonName, publicKey, issuer, signingKey, validFrom, validUntil, hosts = [], isAuthority = false } = options
  const extensions = [
    ...(isAuthority ? [extension('551d13', sequence(der(0x01, Buffer.from([0xff]))))] : []),
    ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map((host) => der(0x82, Buffer.from(host)))))] : []),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1 + Math.floor(Math.random() * 126)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(timeOf(validFrom), timeOf(validUntil)),
    nameOf(commonName),
    publicKey.export({ format: 'der', type: 'spki' }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  )
  const signature = sign('sha256', body, signingKey)
  const certificate = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

export interface Authority {
  /** PEM. */
  readonly certificate: string
  /** Key and certificate for a server of these names, as PEM. */
  serverFor(hosts: readonly string[]): { readonly key: string; readonly cert: string }
}

/** A certificate authority that nobody but its test trusts. */
export function makeAuthority(): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const dates = { validFrom: new Date(Date.now() - 86_400_000), validUntil: new Date(Date.now() + 86_400_000) }
  const signingKey = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const issuer = 'Test authority'
  return {
    certificate: makeCertificate({
      ...dates,
      commonName: issuer,
      publicKey: pair.publicKey,
      issuer,
      signingKey,
      isAuthority: true,
    }),
    serverFor(hosts) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return {
        key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
        cert: makeCertificate({ ...dates, commonName: hosts[0] ?? '', publicKey, issuer, signingKey, hosts }),
      }
    },
  }
}

/** OID 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents)
}

function nameOf(commonName: string): Buffer {
  const attribute = sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(commonName)))
  return sequence(der(0x31, attribute))
}

function timeOf(date: Date): Buffer {
  return der(
    0x18,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/\..*|\D/g, '')
        .slice(0, 14)}Z`,
    ),
  )
}

function extension(oid: string, value: Buffer): Buffer {
  return sequence(der(0x06, Buffer.from(oid, 'hex')), der(0x04, value))
}
