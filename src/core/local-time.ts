import { Temporal } from 'temporal-polyfill'
import { StorewrightError } from './errors.ts'

/** What became of a local time around a change of clocks. */
export type ClockChange = 'none' | 'skipped' | 'repeated'

/** Local times of one zone as epoch minutes, over a span. */
export interface LocalClock {
  /** Epoch minute of a local minute (as if local time were UTC). */
  toEpoch(localMinute: number): number
  /** Local minute of an epoch minute. */
  toLocal(epochMinute: number): number
  /** Whether a local minute does not exist (clocks go forward over it) or comes twice. */
  changeAt(localMinute: number): ClockChange
}

interface Turn {
  /** Epoch minute from which the offset holds. */
  readonly at: number
  readonly offset: number
}

/**
 * The clock of an IANA zone from one epoch minute to another. A local time that clocks skip is the
 * instant as far after the change as it says (02:30 leaves at 03:30); one that comes twice is the first:
 * what timetables and RFC 5545 mean. Throws ERR_TIMETABLE on an unknown zone.
 */
export function localClock(timeZone: string, from: number, to: number): LocalClock {
  const turns = turnsOf(timeZone, from, to)
  const first = turns[0]!.offset
  return {
    toEpoch(local) {
      let epoch = local - first
      for (let i = 1; i < turns.length; i++) {
        const { at, offset } = turns[i]!
        const before = turns[i - 1]!.offset
        if (local - before < at) return epoch
        // In the gap the time still counts by the clock before.
        epoch = local - offset < at ? local - before : local - offset
      }
      return epoch
    },
    toLocal(epoch) {
      let offset = first
      for (const turn of turns) if (epoch >= turn.at) offset = turn.offset
      return epoch + offset
    },
    changeAt(local) {
      for (let i = 1; i < turns.length; i++) {
        const { at, offset } = turns[i]!
        const before = turns[i - 1]!.offset
        if (local >= at + before && local < at + offset) return 'skipped'
        if (local >= at + offset && local < at + before) return 'repeated'
      }
      return 'none'
    },
  }
}

function turnsOf(timeZone: string, from: number, to: number): readonly Turn[] {
  try {
    let time = Temporal.Instant.fromEpochMilliseconds(from * 60_000).toZonedDateTimeISO(timeZone)
    const turns: Turn[] = [{ at: -Infinity, offset: time.offsetNanoseconds / 6e10 }]
    for (;;) {
      const next = time.getTimeZoneTransition('next')
      if (next === null || next.epochMilliseconds > to * 60_000) return turns
      turns.push({ at: next.epochMilliseconds / 60_000, offset: next.offsetNanoseconds / 6e10 })
      time = next
    }
  } catch (cause) {
    throw new StorewrightError('ERR_TIMETABLE', `There is no time zone ${timeZone}.`, {
      next: 'Name zones as IANA does, for example America/Chicago.',
      cause,
    })
  }
}
