import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import { defineEvent, type Ledger } from '../../ledger/index.ts'

const person = { by: z.string().min(1), reason: z.string().nullable() }

/** Which areas go over to a route set; `areas` null = all of them. */
const order = z.object({
  version: z.int().positive(),
  areas: z.array(z.string()).min(1).nullable(),
})

export const routesSwitched = defineEvent(
  'network.switched',
  z.object({
    number: z.int().positive(),
    /** Epoch ms from which parcels take the new routes. */
    at: z.int(),
    orders: z.array(order).min(1),
    /** In words: everywhere, or the regions. */
    where: z.string().min(1),
    ...person,
  }),
)
export const regionsApplied = defineEvent(
  'network.regions-applied',
  z.object({ version: z.int().positive(), by: z.string().min(1) }),
)
export const routesRolledBack = defineEvent(
  'network.rolled-back',
  z.object({ number: z.int().positive(), at: z.int(), ...person }),
)

/** A route set that areas go over to. */
export type SwitchOrder = z.infer<typeof order>

/** One switch of route sets, and its undoing where it was undone. */
export interface RouteSwitch {
  /** 1, 2, 3, … */
  readonly number: number
  /** Epoch ms: when it was ordered, and from when it holds. */
  readonly orderedAt: number
  readonly at: number
  readonly orders: readonly SwitchOrder[]
  readonly where: string
  readonly by: string
  readonly reason: string | null
  readonly rolledBack?: { readonly at: number; readonly by: string; readonly reason: string | null }
}

/** All switches in their order, and the sequence number of the ledger they were read at. */
export interface SwitchHistory {
  readonly switches: readonly RouteSwitch[]
  /** Switches and rollbacks so far: what a person has seen who looks at the history. */
  readonly revision: number
  readonly sequence: number
}

const SUBJECT = 'network.routes'

export async function readSwitches(ledger: Ledger): Promise<SwitchHistory> {
  const sequence = await ledger.lastSequence()
  const switches: RouteSwitch[] = []
  let revision = 0
  for await (const event of ledger.read({ prefix: SUBJECT })) {
    if (event.sequence > sequence) break
    revision++
    if (routesSwitched.is(event)) switches.push({ ...event.data, orderedAt: event.time })
    if (routesRolledBack.is(event)) {
      const { number, at, by, reason } = event.data
      const index = switches.findIndex((one) => one.number === number)
      if (index >= 0) switches[index] = { ...switches[index]!, rolledBack: { at, by, reason } }
    }
  }
  return { switches, revision, sequence }
}

/** The route set of each area at a time (epoch ms), undefined before the first switch. */
export function routeSetsAt(
  switches: readonly RouteSwitch[],
  areaIds: readonly string[],
  at: number,
): (number | undefined)[] {
  const versions: (number | undefined)[] = new Array(areaIds.length).fill(undefined)
  const areaOf = new Map(areaIds.map((id, a) => [id, a]))
  for (const one of inOrderOfTime(switches)) {
    if (one.at > at || (one.rolledBack !== undefined && one.rolledBack.at <= at)) continue
    for (const { version, areas } of one.orders) {
      if (areas === null) versions.fill(version)
      else for (const id of areas) if (areaOf.has(id)) versions[areaOf.get(id)!] = version
    }
  }
  return versions
}

/** Switches by the time from which they hold; those of one time in the order they were given. */
function inOrderOfTime(switches: readonly RouteSwitch[]): readonly RouteSwitch[] {
  return [...switches].sort((a, b) => a.at - b.at || a.number - b.number)
}

/** The switch that a rollback would undo: the latest that holds at `at` or waits for its time. */
export function lastStanding(switches: readonly RouteSwitch[]): RouteSwitch | undefined {
  return switches.findLast(({ rolledBack }) => rolledBack === undefined)
}

export interface SwitchRequest {
  readonly at: number
  readonly orders: readonly SwitchOrder[]
  readonly where: string
  readonly by: string
  readonly reason?: string | undefined
  /** Revision of the history that the person has seen. Absent: whatever it is now. */
  readonly expected?: number | undefined
}

/**
 * Orders a switch. Throws ERR_ROUTES_CONFLICT when the history is at another revision than
 * `expected`: of two people at once only the first has seen what he changes.
 */
export async function orderSwitch(ledger: Ledger, request: SwitchRequest): Promise<RouteSwitch> {
  const { at, where, by, reason = null, expected } = request
  const orders = request.orders.map(({ version, areas }) => ({
    version,
    areas: areas === null ? null : [...areas],
  }))
  return appendSeen(ledger, expected, (switches) => {
    const number = switches.length + 1
    const data = { number, at, orders, where, by, reason }
    return { event: routesSwitched.of(SUBJECT, data), number }
  })
}

/**
 * Undoes the last switch that stands, from `at` on. Throws ERR_ROUTES_VERSION when none stands,
 * ERR_ROUTES_CONFLICT as orderSwitch does.
 */
export async function orderRollback(
  ledger: Ledger,
  request: Omit<SwitchRequest, 'orders' | 'where'>,
): Promise<RouteSwitch> {
  const { at, by, reason = null, expected } = request
  return appendSeen(ledger, expected, (switches) => {
    const last = lastStanding(switches)
    if (last === undefined) {
      throw new StorewrightError('ERR_ROUTES_VERSION', 'there is no switch to roll back', {
        next: 'See what holds: storewright network status --store DIR',
      })
    }
    const rolledBack = { at: Math.max(at, last.at), by, reason }
    return {
      event: routesRolledBack.of(SUBJECT, { number: last.number, ...rolledBack }),
      number: last.number,
    }
  })
}

/** Appends what `make` gives, on the state it was made from; tries again where others wrote other things. */
async function appendSeen(
  ledger: Ledger,
  expected: number | undefined,
  make: (switches: readonly RouteSwitch[]) => {
    readonly event: Parameters<Ledger['append']>[0][number]
    readonly number: number
  },
): Promise<RouteSwitch> {
  let seen = expected
  for (;;) {
    const { switches, revision, sequence } = await readSwitches(ledger)
    seen ??= revision
    if (revision !== seen) throw conflict(switches.at(-1), revision, seen)
    const { event, number } = make(switches)
    try {
      await ledger.append([event], { expectedSequence: sequence })
      const made = await readSwitches(ledger)
      return made.switches.find((one) => one.number === number)!
    } catch (error) {
      if (!(error instanceof StorewrightError) || error.code !== 'ERR_LEDGER_CONFLICT') throw error
    }
  }
}

function conflict(
  last: RouteSwitch | undefined,
  revision: number,
  expected: number,
): StorewrightError {
  const what =
    last === undefined
      ? 'nothing was ever switched'
      : last.rolledBack === undefined
        ? `switch ${last.number} by ${last.by} came in between`
        : `${last.rolledBack.by} rolled switch ${last.number} back in between`
  return new StorewrightError(
    'ERR_ROUTES_CONFLICT',
    `the history is at revision ${revision}, not ${expected}: ${what}`,
    { next: 'See what holds now (storewright network status --store DIR), then decide again.' },
  )
}
