/**
 * A split block Bloom filter over keys that are already uniform hashes: says "surely not" or "perhaps", touching one
 * cache line. 16 bits a key give about one false "perhaps" in a thousand.
 * (J. Apple, Split block Bloom filters, https://arxiv.org/abs/2101.01719)
 */
const salts = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31] as const
const wordsPerBlock = salts.length
const bitsPerKey = 16

export interface KeyFilter {
  add(block: number, pattern: number): void
  mayHave(block: number, pattern: number): boolean
  readonly bytes: Uint8Array
}

/** Room for `keys` keys. */
export function createKeyFilter(keys: number): KeyFilter {
  const blocks = Math.max(1, Math.ceil((keys * bitsPerKey) / (wordsPerBlock * 32)))
  return filterOver(new Uint32Array(blocks * wordsPerBlock))
}

/** A filter from the bytes of an earlier one. */
export function loadKeyFilter(bytes: Uint8Array): KeyFilter {
  const words = new Uint32Array(bytes.byteLength / 4)
  new Uint8Array(words.buffer).set(bytes)
  return filterOver(words)
}

/**
 * @param words eight to a block
 */
function filterOver(words: Uint32Array): KeyFilter {
  const blocks = words.length / wordsPerBlock
  return {
    add(block, pattern) {
      const at = (block % blocks) * wordsPerBlock
      for (let i = 0; i < wordsPerBlock; i++) {
        words[at + i] = (words[at + i] ?? 0) | (1 << (Math.imul(pattern, salts[i] ?? 0) >>> 27))
      }
    },
    mayHave(block, pattern) {
      const at = (block % blocks) * wordsPerBlock
      for (let i = 0; i < wordsPerBlock; i++) {
        if (((words[at + i] ?? 0) & (1 << (Math.imul(pattern, salts[i] ?? 0) >>> 27))) === 0) return false
      }
      return true
    },
    bytes: new Uint8Array(words.buffer),
  }
}
