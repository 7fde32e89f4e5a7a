/**
 * An IPv4 address as people write it, where a socket that serves both families has it as `::ffff:10.0.0.1`
 * (https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2). Any other text is returned as it is.
 */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
