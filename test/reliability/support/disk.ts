import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './machine.ts'

/** An ext4 file system in a file, mounted: what it holds is what a disk would hold. */
export interface ImageDisk {
  readonly directory: string
  /** A disk with what this one had on stable storage at this moment. Call it when whoever wrote is dead. */
  losePower(): ImageDisk
  unmount(): void
}

export function createImageDisk(directory: string): ImageDisk {
  const image = join(directory, 'disk-0.img')
  run('truncate', '-s', '512M', image)
  run('mkfs.ext4', '-q', '-F', image)
  // A server that is broken on it may run as another user.
  chmodSync(directory, 0o755)
  return mountImage(directory, 0)
}

function mountImage(base: string, generation: number): ImageDisk {
  const image = join(base, `disk-${generation}.img`)
  const directory = join(base, `mounted-${generation}`)
  mkdirSync(directory)
  run('mount', '-o', 'loop', image, directory)
  let mounted = true
  const unmount = () => {
    if (mounted) run('umount', directory)
    mounted = false
  }
  return {
    directory,
    unmount,
    losePower() {
      // The file system writes to the image what is synced, and the rest when it sees fit: what it has not written yet
      // is what the power takes.
      run('cp', '--sparse=always', image, join(base, `disk-${generation + 1}.img`))
      unmount()
      run('rm', image)
      return mountImage(base, generation + 1)
    },
  }
}

/** A file system of a fixed size in memory, which really is full when it is full. */
export interface SmallDisk {
  readonly directory: string
  resize(size: string): void
  /** Takes all space but this many bytes. */
  fill(room: number): void
  /** Gives back what `fill` took. */
  empty(): void
  unmount(): void
}

export function mountSmallDisk(base: string, size: string): SmallDisk {
  const directory = join(base, 'small-disk')
  mkdirSync(directory)
  chmodSync(base, 0o755)
  run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory)
  const ballast = join(directory, 'ballast')
  return {
    directory,
    resize: (larger) => void run('mount', '-o', `remount,size=${larger}`, directory),
    fill(room) {
      const { bavail, bsize } = statfsSync(directory)
      try {
        writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - room)))
      } catch (error) {
        // Whoever else writes was quicker: it is full all the same.
        if (room > 0 || !(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    unmount: () => void run('umount', directory),
  }
}
