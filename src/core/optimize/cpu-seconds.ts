/**
 * CPU seconds that this thread has used since some fixed moment: what limits and figures are
 * measured in, because wall time on a shared machine is somebody else's. Where Node is older than
 * 23.9, that of all threads of the process.
 */
export function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1e6
}
