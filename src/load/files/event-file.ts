import type { LoadEvent } from '../types.ts'
import { openRowFile } from './open-rows.ts'
import { readEvents } from './read-events.ts'

/** Reads events of a file (.csv, .csv.gz), past and to come, by start; see readEvents for the errors. */
export function readEventFile(path: string, zone = 'UTC'): Promise<readonly LoadEvent[]> {
  return readEvents(openRowFile(path), zone)
}
