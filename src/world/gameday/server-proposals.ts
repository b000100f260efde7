import type { ServiceVerdict } from './verdict.ts'

/** What a service runs on in a region. */
export interface ServiceServers {
  readonly service: string
  readonly region: string
  readonly servers: number
  readonly serverTypeId: string
  readonly costPerHourCents: number
  readonly leadTimeDays: number
}

/** A row of capacity_orders without its version: servers to order more, as a proposal. */
export interface ServerProposal {
  readonly order_id: string
  readonly service_id: string
  readonly region: string
  readonly server_type_id: string
  readonly term: 'hourly'
  readonly servers: number
  /** Epoch ms. */
  readonly order_by: number
  readonly ready_at: number
  readonly until: number
  readonly cost_cents: number
  /** At the wanted load: 1 without, as the test showed, and 0 with, as far as servers add up. */
  readonly shortage_risk: number
  readonly shortage_risk_with: number
  readonly reason: string
}

/** The event that servers are ordered for. */
export interface ProposalEvent {
  readonly name: string
  readonly eventId: string
  /** Epoch ms. */
  readonly startsAt: number
  readonly endsAt: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Servers are ready an hour before and go an hour after. */
const MARGIN_MS = HOUR_MS

/** What the target of a game day stands for. */
export interface TestedServers {
  /** Servers by service that answered in the test; others count as one. */
  readonly tested: ReadonlyMap<string, number>
  /** What services run on for customers; a service without rows runs on what was tested. */
  readonly running: readonly ServiceServers[]
  /** Share of servers that is kept free. */
  readonly headroom: number
}

/**
 * Servers to order for services that broke below the rate that is wanted. A service that held R
 * requests a second on n servers needs ⌈n × wanted / (R × (1 − headroom))⌉; what runs already is taken
 * off, and regions share the rest as they share what runs. Holds as far as servers add up.
 */
export function proposeServers(
  verdicts: readonly ServiceVerdict[],
  wantedPerSecond: ReadonlyMap<string, number>,
  servers: TestedServers,
  event: ProposalEvent,
): readonly ServerProposal[] {
  const proposals: ServerProposal[] = []
  for (const { service, broke, heldPerSecond } of verdicts) {
    const wanted = wantedPerSecond.get(service) ?? 0
    if (broke === undefined || heldPerSecond >= wanted) continue
    const tested = servers.tested.get(service) ?? 1
    const known = servers.running.filter((one) => one.service === service)
    const places = known.length > 0 ? known : [unknownServers(service, tested)]
    const running = places.reduce((sum, place) => sum + place.servers, 0)
    const needed = neededServers(tested, wanted, heldPerSecond, servers.headroom)
    const held = `${rounded(heldPerSecond)} requests a second on ${tested} ${tested === 1 ? 'server' : 'servers'}`
    const reason = `In the game day ${service} held ${held} and broke (${broke.words}); ${event.name} asks for ${rounded(wanted)}: ${needed} servers, ${running} run.`
    for (const place of places) {
      const more = Math.ceil((needed - running) * (place.servers / running))
      if (more > 0) proposals.push(proposal(place, more, event, reason))
    }
  }
  return proposals
}

function rounded(rate: number): string {
  return Math.round(rate).toLocaleString('en-US')
}

function neededServers(tested: number, wanted: number, held: number, headroom: number): number {
  // What held nothing says nothing of what a server carries: twice as many are a next try.
  return held > 0 ? Math.ceil((tested * wanted) / (held * (1 - headroom))) : 2 * tested
}

function unknownServers(service: string, servers: number): ServiceServers {
  const none = { region: 'all', serverTypeId: 'as now', costPerHourCents: 0, leadTimeDays: 0 }
  return { service, servers, ...none }
}

function proposal(
  { service, region, serverTypeId, costPerHourCents, leadTimeDays }: ServiceServers,
  servers: number,
  { eventId, startsAt, endsAt }: ProposalEvent,
  reason: string,
): ServerProposal {
  const ready = startsAt - MARGIN_MS
  const until = endsAt + MARGIN_MS
  return {
    order_id: `gameday-${eventId}-${service}-${region}`,
    service_id: service,
    region,
    server_type_id: serverTypeId,
    term: 'hourly',
    servers,
    order_by: ready - leadTimeDays * DAY_MS,
    ready_at: ready,
    until,
    cost_cents: Math.ceil((servers * costPerHourCents * (until - ready)) / HOUR_MS),
    shortage_risk: 1,
    shortage_risk_with: 0,
    reason,
  }
}
