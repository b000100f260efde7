import os from 'node:os'

/** One published figure, as `npm run bench` prints it: one JSON line. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** Where the figure lies: a 95 % interval, or the range over runs. */
  readonly interval?: readonly [number, number] | undefined
  readonly baseline?: number | undefined
  /** value / baseline. */
  readonly ratio?: number | undefined
  /** The number to reach, or words with the sign: "≥ 3 times the peer". */
  readonly target?: string | number | undefined
  readonly met?: boolean | undefined
  readonly data: string
  readonly seed?: string | number
}

/** Prints a figure as one JSON line with the machine it was measured on. */
export function printFigure(figure: Figure): void {
  console.log(JSON.stringify({ ...figure, machine: describeMachine() }))
}

/** Processor, cores, memory, system and Node; nothing that names the host. */
export function describeMachine(): string {
  const cpus = os.cpus()
  const memory = Math.round(os.totalmem() / 2 ** 30)
  const model = cpus[0]?.model.trim() ?? 'unknown processor'
  return `${model}, ${cpus.length} cores, ${memory} GiB, ${os.platform()} ${os.arch()}, Node ${process.versions.node}`
}

/** CPU seconds (user and system, all threads of this process) since `since`. */
export function cpuSeconds(since?: NodeJS.CpuUsage): number {
  const used = process.cpuUsage(since)
  return (used.user + used.system) / 1e6
}

/** Value of `--name VALUE` on the command line, else `fallback`. */
export function argument(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return at >= 0 ? (process.argv[at + 1] ?? fallback) : fallback
}

/** Folder of the data: --data DIR, else STOREWRIGHT_DATA, else ../shared/data beside the project. */
export function dataFolder(): string {
  const standard = new URL('../../shared/data', import.meta.url).pathname
  return argument('data', process.env['STOREWRIGHT_DATA'] ?? standard)
}

/** Mean of numbers and its 95 % interval by the normal approximation. */
export function meanInterval(values: readonly number[]): {
  readonly mean: number
  readonly interval: readonly [number, number]
} {
  const n = values.length
  const mean = values.reduce((a, b) => a + b, 0) / n
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, n - 1)
  const half = 1.96 * Math.sqrt(variance / n)
  return { mean, interval: [mean - half, mean + half] }
}

/** Rounds to significant digits, so that lines stay readable. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits))
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

/** The middle nine tenths of the values, to three digits. */
export function spread(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.round(share * (sorted.length - 1))]!, 3)
  return [at(0.05), at(0.95)]
}
