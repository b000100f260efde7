import { StorewrightError } from '../../core/errors.ts'
import type { DesignProblem } from './problem.ts'

/**
 * Reads the `.dow` format of the Canad instances: a title; nodes, arcs and commodities; a line
 * an arc (from, to, cost per unit, capacity, fixed cost, two unused numbers); a line a commodity
 * (from, to, demand). Nodes count from 1 there, from 0 here. Throws ERR_FEED_UNREADABLE with the
 * line (1-based) that cannot be read. Source: Gendron & Crainic, Canad test sets.
 */
export function readDow(text: string, file = 'the text'): DesignProblem {
  const lines = text.split(/\r?\n/)
  const [nodes, arcs, commodities] = numbersOf(lines, 1, 3, file)
  const arcLine = (a: number) => numbersOf(lines, 2 + a, 5, file)
  const arcRows = Array.from({ length: arcs! }, (_, a) => arcLine(a))
  const rows = Array.from({ length: commodities! }, (_, k) =>
    numbersOf(lines, 2 + arcs! + k, 3, file),
  )
  return {
    nodes: nodes!,
    arcs: {
      from: Int32Array.from(arcRows, (row) => row[0]! - 1),
      to: Int32Array.from(arcRows, (row) => row[1]! - 1),
      costPerUnit: Float64Array.from(arcRows, (row) => row[2]!),
      capacity: Float64Array.from(arcRows, (row) => row[3]!),
      fixedCost: Float64Array.from(arcRows, (row) => row[4]!),
    },
    commodities: {
      from: Int32Array.from(rows, (row) => row[0]! - 1),
      to: Int32Array.from(rows, (row) => row[1]! - 1),
      demand: Float64Array.from(rows, (row) => row[2]!),
    },
  }
}

/** The numbers on line `at` (0-based); at least `count` of them. */
function numbersOf(lines: readonly string[], at: number, count: number, file: string): number[] {
  const words = (lines[at] ?? '').trim().split(/\s+/)
  const numbers = words.map(Number)
  if (words.length < count || words[0] === '' || !numbers.every(Number.isFinite)) {
    throw new StorewrightError('ERR_FEED_UNREADABLE', `${count} numbers are expected`, {
      file,
      line: at + 1,
      value: lines[at] ?? '',
      next: 'The second line tells the nodes, arcs and commodities; a line for each arc and commodity follows.',
    })
  }
  return numbers
}
