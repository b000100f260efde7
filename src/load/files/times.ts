import { type LocalClock, localClock } from '../../core/local-time.ts'

/** How a file writes its times, so that a forecast is written the same way. */
export interface TimeStyle {
  readonly separator: ' ' | 'T'
  /** Dates alone. */
  readonly dateOnly: boolean
  /** Minutes are followed by seconds. */
  readonly seconds: boolean
  /** Written with an offset or Z; times are then UTC and written with Z. */
  readonly zoned: boolean
}

/** A time as it stands in a cell. */
export interface ParsedTime {
  /** Epoch ms, with the offset of the cell taken in; without an offset as if it were UTC. */
  readonly ms: number
  readonly zoned: boolean
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const LATER = /^[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$/

/** Reads ISO dates and date-times; keeps the last date it met, because files are written day by day. */
export function timeReader(): (text: string) => ParsedTime | undefined {
  let lastDate = ''
  let lastDay = Number.NaN
  return (text) => {
    const date = text.slice(0, 10)
    if (date !== lastDate) {
      lastDay = dayMs(date)
      lastDate = date
    }
    if (Number.isNaN(lastDay)) return undefined
    if (text.length === 10) return { ms: lastDay, zoned: false }
    return plainClock(text, lastDay) ?? anyClock(text, lastDay)
  }
}

/** `YYYY-MM-DD?HH:MM:SS` and nothing more: what most rows are, without a regular expression. */
function plainClock(text: string, day: number): ParsedTime | undefined {
  if (text.length !== 19 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return
  const between = text.charCodeAt(10)
  if (between !== 32 && between !== 84) return
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  if (!(hour < 24 && minute < 60 && second < 60)) return
  return { ms: day + hour * 3_600_000 + minute * MINUTE_MS + second * 1000, zoned: false }
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48
  const ones = text.charCodeAt(at + 1) - 48
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? 10 * tens + ones : Number.NaN
}

function anyClock(text: string, day: number): ParsedTime | undefined {
  const match = LATER.exec(text.slice(10))
  if (match === null) return undefined
  const [, hour = '', minute = '', second = '0', fraction = '0', offset] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const ms =
    day +
    Number(hour) * 3_600_000 +
    Number(minute) * MINUTE_MS +
    Number(second) * 1000 +
    Math.round(Number(`0.${fraction}`) * 1000)
  return { ms: ms - offsetMs(offset), zoned: offset !== undefined }
}

function offsetMs(offset: string | undefined): number {
  if (offset === undefined || offset === 'Z' || offset === 'z') return 0
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = 60 * Number(digits.slice(0, 2)) + Number(digits.slice(2))
  return (offset[0] === '-' ? -minutes : minutes) * MINUTE_MS
}

function dayMs(date: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  if (match === null) return Number.NaN
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))
  return new Date(ms).toISOString().startsWith(date) ? ms : Number.NaN
}

/** The style of one cell. */
export function styleOf(text: string, zoned: boolean): TimeStyle {
  return {
    separator: text[10] === 'T' ? 'T' : ' ',
    dateOnly: text.length === 10,
    seconds: text.length === 10 || text[16] === ':',
    zoned,
  }
}

/** Writes epoch ms in a style; a style of dates alone keeps to dates where the time is midnight. */
export function formatTime(ms: number, style: TimeStyle): string {
  if (style.dateOnly && ms % DAY_MS === 0) return new Date(ms).toISOString().slice(0, 10)
  const iso = new Date(ms).toISOString()
  const clock = iso.slice(11, style.seconds ? 19 : 16)
  return `${iso.slice(0, 10)}${style.separator}${clock}${style.zoned ? 'Z' : ''}`
}

/** Local times of a zone as epoch ms and back. */
export interface ZoneClock {
  toEpoch(localMs: number): number
  toLocal(epochMs: number): number
  changeAt(localMs: number): 'none' | 'skipped' | 'repeated'
}

const QUARTER_MS = 900_000
/** Epoch minutes of 1970 and 2100: files of other times are read, with the clock of the nearest. */
const SPAN = [0, 68_374_080] as const

/**
 * The clock of an IANA zone on epoch ms; answers a quarter of an hour are kept, because changes of
 * clocks happen on them. Throws ERR_TIMETABLE on an unknown zone.
 */
export function zoneClock(zone: string): ZoneClock {
  const clock = localClock(zone, ...SPAN)
  return {
    toEpoch: kept((quarter) => clock.toEpoch(quarter * 15) - quarter * 15),
    toLocal: kept((quarter) => clock.toLocal(quarter * 15) - quarter * 15),
    changeAt: keptChange(clock),
  }
}

function kept(shiftMinutes: (quarter: number) => number): (ms: number) => number {
  const known = new Map<number, number>()
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS)
    let shift = known.get(quarter)
    if (shift === undefined) {
      shift = shiftMinutes(quarter) * MINUTE_MS
      known.set(quarter, shift)
    }
    return ms + shift
  }
}

function keptChange(clock: LocalClock): ZoneClock['changeAt'] {
  const known = new Map<number, 'none' | 'skipped' | 'repeated'>()
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS)
    let change = known.get(quarter)
    if (change === undefined) {
      change = clock.changeAt(quarter * 15)
      known.set(quarter, change)
    }
    return change
  }
}
