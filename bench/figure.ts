import { cpus, totalmem } from 'node:os'

/** One published figure, as docs/figures.md lists it. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** Low and high end of the value over the repetitions or seeds; what they are, `data` says. */
  readonly interval?: readonly [low: number, high: number]
  /** The same measure of the plain baseline or the peer, in the same run. */
  readonly baseline?: number
  readonly ratio?: number
  readonly target?: number
  readonly met?: boolean
  readonly data: string
  readonly seed?: number | string
}

/** Writes a figure to stdout as one JSON line, with the machine it was measured on. */
export function printFigure(figure: Figure): void {
  process.stdout.write(`${JSON.stringify({ ...figure, machine: describeMachine() })}\n`)
}

/** Cores, processor, memory and Node version, in words. */
export function describeMachine(): string {
  const cores = cpus()
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0)
  const model = cores[0]?.model.trim() || process.arch
  return `${cores.length} cores, ${model}, ${gigabytes} GB, Node ${process.versions.node}`
}
