/**
 * A multipart/form-data body (RFC 7578) with another text in one of its fields; null when the type is another one, or
 * there is no such field.
 */
export function changeMultipartField(
  contentType: string,
  body: Buffer,
  field: string,
  change: (text: string) => string,
): Buffer | null {
  const [, boundary] = /^multipart\/form-data\s*;.*boundary="?([^\s;"]{1,70})"?/i.exec(contentType) ?? []
  if (boundary === undefined) return null
  let found = false
  // latin1 keeps every byte as one character.
  const parts = body
    .toString('latin1')
    .split(`--${boundary}`)
    .map((part) => {
      const [head = '', text] = part.split(/\r\n\r\n(.*)\r\n$/s, 2)
      if (text === undefined || !head.includes(`name="${field}"`)) return part
      found = true
      const changed = change(Buffer.from(text, 'latin1').toString('utf8'))
      return `${head}\r\n\r\n${Buffer.from(changed).toString('latin1')}\r\n`
    })
  return found ? Buffer.from(parts.join(`--${boundary}`), 'latin1') : null
}
