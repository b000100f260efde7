import { type Command, InvalidArgumentError } from 'commander'
import { parseInstant } from '../../core/index.ts'
import {
  type CalendarEvent,
  changeEvent,
  confirmEvent,
  disputeEvent,
  type EventPlan,
  planEvent,
  readCalendar,
  readCalendarRecord,
  readLoadEnd,
  storeSettings,
  withDatabase,
  withdrawEvent,
  withLedger,
} from '../../loop/index.ts'
import { currentUser, storeOption } from '../options.ts'
import { printData } from '../output.ts'

interface CalendarCliOptions {
  readonly store: string
  readonly by: string
  readonly json?: boolean
}

interface PlanCliOptions extends CalendarCliOptions {
  readonly name?: string
  readonly kind?: string
  readonly from?: string
  readonly to?: string
  readonly service?: string
  readonly region?: string
  readonly strength?: number
  readonly note?: string
}

/** load calendar: what is coming, and what each service says to it. */
export function addLoadCalendar(load: Command): void {
  const calendar = load
    .command('calendar')
    .description('the calendar of events: enter what is coming, confirm or dispute it')
    .addHelpText('after', EXAMPLES)
  storeOption(calendar.command('list', { isDefault: true }))
    .description('what is to come, and who has not answered')
    .option('--json', 'print as JSON')
    .action(list)
  addPlanning(calendar)
  addAnswers(calendar)
}

const EXAMPLES = `
Examples:
  storewright load calendar --store DIR
  storewright load calendar add --name "Spring sale" --kind sale --from 2026-04-20T19:00 --to 2026-04-21T01:00 --strength 1.2 --store DIR
  storewright load calendar confirm sale-2026-04-20 --service search --store DIR
  storewright load calendar dispute sale-2026-04-20 --service cart --peak 4200 --reason "baskets are smaller" --store DIR

Times without a zone are on the store's clock. The next run takes in what was said.`

function changing(command: Command): Command {
  return storeOption(command)
    .option('--by <name>', 'who says so', currentUser())
    .option('--json', 'print as JSON')
}

function planning(command: Command): Command {
  return changing(command)
    .option('--service <id>', 'the one service it touches (default: all)')
    .option('--region <id>', 'the one region it touches (default: all)')
    .option('--strength <ratio>', 'relative to the mean of its kind', ratio)
    .option('--note <text>', 'what others should know')
}

function addPlanning(calendar: Command): void {
  planning(calendar.command('add'))
    .description('enter an event to come')
    .requiredOption('--name <text>', 'name; the same for each repetition')
    .requiredOption('--kind <kind>', 'sale, launch, …: events of a kind share a profile')
    .requiredOption('--from <time>', 'start')
    .requiredOption('--to <time>', 'end')
    .action(async (options: PlanCliOptions) => {
      const { store, by } = options
      say(options, await planEvent(store, planOf(options), { by }))
    })
  planning(calendar.command('change'))
    .description('change an event, or enter a withdrawn one again; services are asked anew')
    .argument('<event>', 'id of the event')
    .option('--name <text>', 'another name')
    .option('--kind <kind>', 'another kind')
    .option('--from <time>', 'another start')
    .option('--to <time>', 'another end')
    .action(async (eventId: string, options: PlanCliOptions) => {
      const { store, by } = options
      const known = (await read(store)).calendar.find(({ event }) => event.eventId === eventId)
      say(options, await changeEvent(store, eventId, planOf(options, known), { by }))
    })
  changing(calendar.command('withdraw'))
    .description('withdraw an event: the next forecast does not know it')
    .argument('<event>', 'id of the event')
    .option('--note <text>', 'why')
    .action(async (eventId: string, options: CalendarCliOptions & { note?: string }) => {
      const { store, by, note } = options
      say(options, await withdrawEvent(store, eventId, { by, note }))
    })
}

function addAnswers(calendar: Command): void {
  changing(calendar.command('confirm'))
    .description('a service confirms what an event means for it')
    .argument('<event>', 'id of the event')
    .requiredOption('--service <id>', 'whose team says so')
    .option('--note <text>', 'what others should know')
    .action(
      async (eventId: string, options: CalendarCliOptions & { service: string; note?: string }) => {
        const { store, by, service, note } = options
        say(options, await confirmEvent(store, eventId, service, { by, note }))
      },
    )
  changing(calendar.command('dispute'))
    .description('a service expects something else of an event: this counts for it alone')
    .argument('<event>', 'id of the event')
    .requiredOption('--service <id>', 'whose team says so')
    .requiredOption('--reason <text>', 'why')
    .option('--strength <ratio>', 'what it expects, relative to the mean of its kind', ratio)
    .option('--peak <requests>', 'or its peak over all regions, requests a minute', ratio)
    .action(async (eventId: string, options: DisputeCliOptions) => {
      const { store, by, service, reason, strength, peak } = options
      const dispute = { by, reason, strength, peakPerMinute: peak }
      say(options, await disputeEvent(store, eventId, service, dispute))
    })
}

interface DisputeCliOptions extends CalendarCliOptions {
  readonly service: string
  readonly reason: string
  readonly strength?: number
  readonly peak?: number
}

/** What the options say, over what is known of the event. */
function planOf(options: PlanCliOptions, known?: CalendarEvent): EventPlan {
  const zone = storeSettings(options.store).store.time_zone
  const time = (text: string | undefined) =>
    text === undefined ? undefined : parseInstant(text, zone)
  const event = known?.event
  return {
    name: options.name ?? event?.name ?? '',
    kind: options.kind ?? event?.kind ?? '',
    startMs: time(options.from) ?? event?.startMs ?? Number.NaN,
    endMs: time(options.to) ?? event?.endMs ?? Number.NaN,
    serviceId: options.service ?? event?.group?.['service'],
    region: options.region ?? event?.group?.['region'],
    strength: options.strength ?? event?.strength,
    note: options.note ?? known?.note,
  }
}

async function read(store: string) {
  const record = await withLedger(store, readCalendarRecord)
  return withDatabase(store, 'read', async (db) => ({
    calendar: await readCalendar(db, record),
    nowMs: (await readLoadEnd(db)) ?? Date.now(),
  }))
}

async function list({ store, json }: CalendarCliOptions): Promise<void> {
  const { calendar, nowMs } = await read(store)
  const coming = calendar.filter(({ event }) => event.endMs > nowMs)
  printData(json === true, coming, () =>
    coming.length === 0 ? 'Nothing is planned.' : coming.map(describe).join('\n'),
  )
}

function say(options: CalendarCliOptions, event: CalendarEvent): void {
  printData(options.json === true, event, () => describe(event))
  process.stderr.write(`The next run takes it in: storewright run --store ${options.store}\n`)
}

function describe({ event, withdrawn, services, plannedBy }: CalendarEvent): string {
  const { eventId, name, startMs, endMs, strength } = event
  const by = (standing: string) =>
    services.filter((one) => one.standing === standing).map(({ service }) => service)
  const [open, confirmed] = [by('open'), by('confirmed')]
  const touched = Object.values(event.group ?? {}).join(', ')
  const head = `${eventId}  ${name}, ${time(startMs)} to ${time(endMs)}${touched === '' ? '' : `, ${touched} alone`}${strength === undefined ? '' : `, ${strength} × its kind`} (${plannedBy})`
  if (withdrawn) return `${head}\n  withdrawn`
  return [
    head,
    ...services
      .filter(({ standing }) => standing === 'disputed')
      .map((one) => `  ▲ ${one.service} expects ${one.strength}: ${one.reason} (${one.by})`),
    ...(open.length === 0 ? [] : [`  ◆ not answered: ${open.join(', ')}`]),
    ...(confirmed.length === 0 ? [] : [`  ● confirmed: ${confirmed.join(', ')}`]),
  ].join('\n')
}

function time(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function ratio(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Give a number from 0 on.')
}
