import { statfs } from 'node:fs/promises'

export interface FileSystem {
  /** Bytes that this user may still write, and all there are. */
  readonly free: number
  readonly size: number
  /** Its magic number: https://man7.org/linux/man-pages/man2/statfs.2.html */
  readonly type: number
}

/** The file system that a path is on; null where it cannot be asked. */
export async function fileSystemOf(path: string): Promise<FileSystem | null> {
  try {
    const { bavail, blocks, bsize, type } = await statfs(path)
    return { free: bavail * bsize, size: blocks * bsize, type }
  } catch {
    return null
  }
}
