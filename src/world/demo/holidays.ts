import { parseDay, weekdayOf } from '../../core/calendar.ts'

/** Something that moves demand: when it is and how much more of each department it sells. */
export interface DemoEvent {
  readonly id: string
  readonly name: string
  readonly kind: 'holiday' | 'sale' | 'season'
  readonly startsOn: number
  readonly endsOn: number
  /** Days before startsOn over which demand rises to its peak. */
  readonly leadDays: number
  /** Peak multiple for every department without one of its own. */
  readonly lift: number
  readonly liftByDepartment: Readonly<Record<string, number>>
  /** Share of products that join with a lower price; 0 = no sale. */
  readonly saleShare: number
}

interface EventRule {
  readonly slug: string
  readonly name: string
  readonly kind: DemoEvent['kind']
  readonly dates: (year: number) => readonly [startsOn: number, endsOn: number]
  readonly leadDays: number
  readonly lift: number
  readonly liftByDepartment?: Readonly<Record<string, number>>
  readonly saleShare?: number
}

/** The n-th (1-based; −1 = last) given weekday (0 = Monday) of a month (1–12), as a day number. */
export function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  if (n < 0) {
    const next = Date.UTC(year, month, 1) / 86_400_000
    return next - 1 - ((weekdayOf(next - 1) - weekday + 7) % 7)
  }
  const first = Date.UTC(year, month - 1, 1) / 86_400_000
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1)
}

/** Easter Sunday (Gregorian), as a day number: the anonymous algorithm of Meeus, Jones and Butcher. */
export function easterSunday(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const e = b % 4
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const i = Math.floor(c / 4)
  const k = c % 4
  const l = (32 + 2 * e + 2 * i - h - k) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return Date.UTC(year, month - 1, day) / 86_400_000
}

const fixed = (monthDay: string) => (year: number) => {
  const day = parseDay(`${year}-${monthDay}`)
  return [day, day] as const
}
const weekday = (month: number, day: number, n: number) => (year: number) => {
  const date = nthWeekday(year, month, day, n)
  return [date, date] as const
}
const thanksgiving = (year: number) => nthWeekday(year, 11, 3, 4)

const RULES: readonly EventRule[] = [
  rule('new-year', "New Year's Day", 'holiday', fixed('01-01'), 0, 0.75, { Sports: 1.1 }),
  rule('valentine', "Valentine's Day", 'holiday', fixed('02-14'), 10, 1, {
    Beauty: 1.7,
    Grocery: 1.3,
    Home: 1.15,
  }),
  rule('easter', 'Easter', 'holiday', (y) => [easterSunday(y), easterSunday(y)], 12, 1, {
    Toys: 1.5,
    Grocery: 1.5,
    Garden: 1.3,
  }),
  rule('mothers-day', "Mother's Day", 'holiday', weekday(5, 6, 2), 10, 1.02, {
    Beauty: 1.6,
    Home: 1.3,
    Kitchen: 1.25,
  }),
  rule('memorial-day', 'Memorial Day', 'holiday', weekday(5, 0, -1), 4, 1.05, { Garden: 1.5 }),
  rule('fathers-day', "Father's Day", 'holiday', weekday(6, 6, 3), 9, 1.02, {
    Electronics: 1.35,
    Sports: 1.3,
  }),
  rule('independence-day', 'Independence Day', 'holiday', fixed('07-04'), 6, 0.95, { Garden: 1.4 }),
  sale('summer-deal-days', 'Summer Deal Days', summerDealDays, 0, 2.1, 0.25),
  rule('back-to-school', 'Back to school', 'season', backToSchool, 0, 1, { Office: 1.25 }, 0.06),
  rule('labor-day', 'Labor Day', 'holiday', weekday(9, 0, 1), 3, 1.08, {}),
  rule('halloween', 'Halloween', 'holiday', fixed('10-31'), 14, 1, { Toys: 1.35, Grocery: 1.4 }),
  rule('thanksgiving', 'Thanksgiving', 'holiday', thanksgivingDay, 8, 1, {
    Kitchen: 1.5,
    Grocery: 1.5,
  }),
  sale('black-friday-week', 'Black Friday week', blackFridayWeek, 2, 2.6, 0.35),
  rule('christmas-eve', 'Christmas Eve', 'holiday', fixed('12-24'), 2, 0.5, {}),
]

function rule(
  slug: string,
  name: string,
  kind: DemoEvent['kind'],
  dates: EventRule['dates'],
  leadDays: number,
  lift: number,
  liftByDepartment: Readonly<Record<string, number>> = {},
  saleShare = 0,
): EventRule {
  return { slug, name, kind, dates, leadDays, lift, liftByDepartment, saleShare }
}

function sale(
  slug: string,
  name: string,
  dates: EventRule['dates'],
  leadDays: number,
  lift: number,
  saleShare: number,
): EventRule {
  const liftByDepartment = { Electronics: lift * 1.4, Grocery: 1.2, Pets: 1.3 }
  return { slug, name, kind: 'sale', dates, leadDays, lift, liftByDepartment, saleShare }
}

/** Two days from a Tuesday in July, a week that moves from year to year. */
function summerDealDays(year: number): readonly [number, number] {
  const tuesday = nthWeekday(year, 7, 1, 2 + (year % 2))
  return [tuesday, tuesday + 1]
}

function backToSchool(year: number): readonly [number, number] {
  return [parseDay(`${year}-08-01`), nthWeekday(year, 9, 0, 1)]
}

function thanksgivingDay(year: number): readonly [number, number] {
  return [thanksgiving(year), thanksgiving(year)]
}

/** Friday to the Monday after Thanksgiving, with two days of lead. */
function blackFridayWeek(year: number): readonly [number, number] {
  return [thanksgiving(year) + 1, thanksgiving(year) + 4]
}

/** Every event that touches days from `firstDay` to `lastDay`, by start. */
export function eventsBetween(firstDay: number, lastDay: number): readonly DemoEvent[] {
  const firstYear = new Date(firstDay * 86_400_000).getUTCFullYear()
  const lastYear = new Date(lastDay * 86_400_000).getUTCFullYear()
  const events: DemoEvent[] = []
  for (let year = firstYear; year <= lastYear + 1; year++) {
    for (const { slug, dates, liftByDepartment = {}, saleShare = 0, ...rest } of RULES) {
      const [startsOn, endsOn] = dates(year)
      if (endsOn < firstDay || startsOn - rest.leadDays > lastDay) continue
      events.push({ ...rest, id: `${slug}-${year}`, startsOn, endsOn, liftByDepartment, saleShare })
    }
  }
  return events.sort((a, b) => a.startsOn - b.startsOn || (a.id < b.id ? -1 : 1))
}

/** Days on which the store takes no orders: Christmas Day. */
export function closedDaysBetween(firstDay: number, lastDay: number): readonly number[] {
  const closed: number[] = []
  for (let day = firstDay; day <= lastDay; day++) {
    const date = new Date(day * 86_400_000)
    if (date.getUTCMonth() === 11 && date.getUTCDate() === 25) closed.push(day)
  }
  return closed
}
