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
