import type { LanePage } from '../../../src/api/schemas/network-lanes.ts'
import { api } from '../api.ts'
import { createResource, createResources } from '../resource.ts'
import { param, setParams } from '../router.ts'
import { type Asked, listOf, listText, type Storm, stormOf } from './outage.ts'

/** Answers by what was asked, as JSON. */
export const whatIfs = createResources(api.whatIf)

/** Lanes that run, by name, 500 at most: those that can be taken down from the list. */
export const namedLanes = createResource<LanePage>(() =>
  api.lanes(new URLSearchParams({ status: 'runs', sort: 'lane', order: 'asc', limit: '500' })),
)

/** What the address asks. */
export function askedInAddress(): Asked {
  return {
    sites: listOf(param('close')),
    lanes: listOf(param('down')),
    storm: stormOf(param('storm')),
  }
}

/** Closes a site or lane, or opens it again. */
export function toggle(name: 'close' | 'down', id: string): void {
  const ids = listOf(param(name))
  setParams({ [name]: listText(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]) })
}

export function putStorm(storm: Storm | undefined): void {
  setParams({ storm: storm === undefined ? null : `${storm.lat},${storm.lon},${storm.km}` })
}
