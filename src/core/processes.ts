import { readFileSync } from 'node:fs'

/** Whether a process of this machine lives, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user may not be signalled, and lives too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * A mark of a process of this machine that no later one with its id has: when it began, and whether it has
 * ended and nobody asked how. Undefined where the system does not tell.
 */
export function processMark(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // Its name, which may hold anything, stands in brackets as field 2; the state is field 3, its start 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? `ended ${fields[19]}` : fields[19]
  } catch {
    return undefined
  }
}
