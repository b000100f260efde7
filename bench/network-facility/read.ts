import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FacilityProblem } from '../../src/network/facility/problem.ts'
import { isDamaged, restoreCosts, restoreFixed } from './restore.ts'

export interface Instance {
  readonly name: string
  readonly set: 'OR-Library' | 'Holmberg'
  readonly problem: FacilityProblem
  /** Published; undefined where the folder states none. */
  readonly optimum: number | undefined
  /** What was done to the file, where anything was. */
  readonly note?: string
}

/** Capacities that replace the word 'capacity' in the large files of OR-Library (Beasley 1988). */
const APPENDED: Readonly<Record<string, readonly number[]>> = {
  capa: [8000, 10000, 12000, 14000],
  capb: [5000, 6000, 7000, 8000],
  capc: [5000, 5750, 6500, 7250],
}
/** The demands of the files cap41 to cap134 are those of one set of customers. */
const DEMAND_OF_SMALL = 58_268

/** Every instance of `folder`/cflp and `folder`/holmberg, whichever are there. */
export function readInstances(folder: string): Instance[] {
  const optima = readOptima(join(folder, 'optima.txt'))
  const holmberg = readNumbers(join(folder, 'holmberg', 'optima.txt'))
  const files = (name: string) => readdirSync(join(folder, name)).sort(byNumber)
  return [
    ...files('cflp')
      .filter((file) => /^cap.*\.txt$/.test(file))
      .flatMap((file) => readOrLibrary(join(folder, 'cflp', file), file.slice(0, -4), optima)),
    ...files('holmberg')
      .filter((file) => /^p\d+$/.test(file))
      .map((file) => readHolmberg(join(folder, 'holmberg', file), file, holmberg)),
  ]
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

function readOptima(path: string): Map<string, number> {
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  return new Map(lines.map((line) => [line.split(/\s+/)[0]!, Number(line.split(/\s+/)[1])]))
}

function readNumbers(path: string): number[] {
  return readFileSync(path, 'utf8').trim().split(/\s+/).map(Number)
}

/** Sites, customers; capacity and fixed cost a site; demand and costs of all of it a customer. */
function readOrLibrary(path: string, name: string, optima: Map<string, number>): Instance[] {
  const text = readFileSync(path, 'utf8').trim()
  const words = text.split(/\s+/)
  const appended = APPENDED[name]
  const { costs, note } = costsOf(text, words)
  return (appended ?? [undefined]).map((capacity) => {
    const full = capacity === undefined ? name : `${name}_${capacity}`
    const problem = orLibraryProblem(words, capacity, costs, note !== '')
    const total = problem.demand!.reduce((sum, one) => sum + one, 0)
    if (appended === undefined && total !== DEMAND_OF_SMALL) {
      throw new Error(
        `${path}: demands sum to ${total}, not ${DEMAND_OF_SMALL}; the file is damaged`,
      )
    }
    const optimum = optima.get(full)
    return { name: full, set: 'OR-Library', problem, optimum, ...(note === '' ? {} : { note }) }
  })
}

/** Costs by customer, put back where the file is damaged (see restore.ts). */
function costsOf(text: string, words: readonly string[]): { costs: number[][]; note: string } {
  const [sites, customers] = [Number(words[0]), Number(words[1])]
  const first = 2 + 2 * sites
  const rows = Array.from({ length: customers }, (_, j) => {
    const at = first + j * (sites + 1) + 1
    return words.slice(at, at + sites)
  })
  if (!isDamaged(text, words.length)) return { costs: rows.map((row) => row.map(Number)), note: '' }
  const demand = Float64Array.from(rows, (_, j) => Number(words[first + j * (sites + 1)]))
  const { costs, changed } = restoreCosts(rows, demand)
  return { costs, note: `every 300 of this file reads 1000; ${changed} costs were put back` }
}

function orLibraryProblem(
  words: readonly string[],
  capacityOfAll: number | undefined,
  costs: readonly (readonly number[])[],
  damaged: boolean,
): FacilityProblem {
  const [sites, customers] = [Number(words[0]), Number(words[1])]
  const first = 2 + 2 * sites
  const capacity = Float64Array.from(
    { length: sites },
    (_, i) => capacityOfAll ?? Number(words[2 + 2 * i]),
  )
  const fixed = Array.from({ length: sites }, (_, i) => words[3 + 2 * i]!)
  const fixedCost = damaged ? restoreFixed(fixed) : Float64Array.from(fixed, Number)
  const demand = Float64Array.from({ length: customers }, (_, j) =>
    Number(words[first + j * (sites + 1)]),
  )
  const cost = new Float64Array(sites * customers)
  costs.forEach((row, j) => {
    row.forEach((c, i) => {
      cost[i * customers + j] = c
    })
  })
  return { sites, customers, fixedCost, capacity, demand, cost, sourcing: 'split' }
}

/** Sites, customers; capacity and fixed cost a site; all demands; costs of all demand site by site. */
function readHolmberg(path: string, name: string, optima: readonly number[]): Instance {
  const numbers = readNumbers(path)
  const [sites, customers] = [numbers[0]!, numbers[1]!]
  const capacity = Float64Array.from({ length: sites }, (_, i) => numbers[2 + 2 * i]!)
  const fixedCost = Float64Array.from({ length: sites }, (_, i) => numbers[3 + 2 * i]!)
  const first = 2 + 2 * sites
  const demand = Float64Array.from(numbers.slice(first, first + customers))
  const cost = Float64Array.from(
    numbers.slice(first + customers, first + customers + sites * customers),
  )
  const problem: FacilityProblem = {
    ...{ sites, customers, fixedCost, capacity, demand, cost },
    sourcing: 'single',
  }
  return { name, set: 'Holmberg', problem, optimum: optima[Number(name.slice(1)) - 1] }
}
