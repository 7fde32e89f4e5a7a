/** Any text, as HTML shows it: in an element as in an attribute's quotes. */
export function htmlOf(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
