import { useEffect } from 'preact/hooks'
import type { NetworkMapReply, NetworkPlaces } from '../../../src/api/schemas/network.ts'
import { type Asked, MOST_KM, USUAL_KM } from './outage.ts'
import { namedLanes, putStorm, toggle } from './what-if-state.ts'

interface FormProps {
  readonly places: NetworkPlaces | undefined
  readonly map: NetworkMapReply | undefined
  readonly asked: Asked
}

/** What is closed, by name: sites, lanes and a storm. The map asks the same by clicks. */
export function WhatIfForm({ places, map, asked }: FormProps) {
  useEffect(() => void namedLanes.load(), [])
  const sites = places?.sites ?? []
  return (
    <form class="card ask" aria-label="What closes" onSubmit={(event) => event.preventDefault()}>
      <label>
        <small>If this site closed</small>
        <select
          value=""
          onChange={(event) => {
            const siteId = event.currentTarget.value
            event.currentTarget.value = ''
            if (siteId !== '') toggle('close', siteId)
          }}
        >
          <option value="">choose a site</option>
          {sites
            .filter(({ siteId }) => !asked.sites.includes(siteId))
            .map(({ siteId, name, regionId }) => (
              <option key={siteId} value={siteId}>
                {regionId === null ? name : `${name} (${regionId})`}
              </option>
            ))}
        </select>
      </label>
      <LaneField asked={asked} />
      <StormFields places={places} asked={asked} />
      <Closed places={places} map={map} asked={asked} />
    </form>
  )
}

function LaneField({ asked }: Pick<FormProps, 'asked'>) {
  const rows = namedLanes.data.value?.rows ?? []
  const words = ({ from, to }: (typeof rows)[number]) => `${from} → ${to}`
  return (
    <label>
      <small>this lane were down</small>
      <input
        list="lanes-running"
        autocomplete="off"
        placeholder={rows.length === 0 ? 'no lanes are planned' : words(rows[0]!)}
        disabled={rows.length === 0}
        onChange={(event) => {
          const text = event.currentTarget.value.trim().toLowerCase()
          const lane = rows.find((row) => words(row).toLowerCase() === text)
          if (lane === undefined) return
          event.currentTarget.value = ''
          if (!asked.lanes.includes(lane.laneId)) toggle('down', lane.laneId)
        }}
      />
      <datalist id="lanes-running">
        {rows.map((row) => (
          <option key={row.laneId} value={words(row)} />
        ))}
      </datalist>
    </label>
  )
}

function StormFields({ places, asked: { storm } }: Pick<FormProps, 'places' | 'asked'>) {
  const areas = places?.areas ?? []
  return (
    <>
      <label>
        <small>or a storm came around</small>
        <input
          list="storm-areas"
          autocomplete="off"
          placeholder="Harris, TX"
          onChange={(event) => {
            const text = event.currentTarget.value.trim().toLowerCase()
            const area = areas.find(({ name }) => name.toLowerCase() === text)
            if (area === undefined) return
            event.currentTarget.value = ''
            putStorm({ lat: area.lat, lon: area.lon, km: storm?.km ?? USUAL_KM })
          }}
        />
        <datalist id="storm-areas">
          {areas.slice(0, 1500).map(({ areaId, name }) => (
            <option key={areaId} value={name} />
          ))}
        </datalist>
      </label>
      <label class="short">
        <small>km around</small>
        <input
          type="number"
          min="1"
          max={MOST_KM}
          value={storm?.km ?? USUAL_KM}
          disabled={storm === undefined}
          onChange={(event) => {
            const km = Number(event.currentTarget.value)
            if (storm !== undefined && km > 0 && km <= MOST_KM) putStorm({ ...storm, km })
          }}
        />
      </label>
    </>
  )
}

/** What is closed so far; each can be opened again. */
function Closed({ places, map, asked }: FormProps) {
  const siteName = (id: string) =>
    places?.sites.find(({ siteId }) => siteId === id)?.name ??
    map?.sites.find(({ siteId }) => siteId === id)?.name ??
    id
  const laneName = (id: string) => {
    const lane =
      map?.lanes.find(({ laneId }) => laneId === id) ??
      namedLanes.data.value?.rows.find(({ laneId }) => laneId === id)
    return lane === undefined ? id : `${lane.from} → ${lane.to}`
  }
  const { storm } = asked
  const chips = [
    ...asked.sites.map((id) => ({
      key: `s${id}`,
      words: siteName(id),
      open: () => toggle('close', id),
    })),
    ...asked.lanes.map((id) => ({
      key: `l${id}`,
      words: laneName(id),
      open: () => toggle('down', id),
    })),
    ...(storm === undefined
      ? []
      : [{ key: 'storm', words: `storm of ${storm.km} km`, open: () => putStorm(undefined) }]),
  ]
  return (
    <p class="closed-list">
      {chips.length === 0 ? (
        <span class="dim">Borders and orders stay as they are; nothing is changed by asking.</span>
      ) : (
        chips.map(({ key, words, open }) => (
          <button key={key} type="button" class="ghost" onClick={open}>
            {`× ${words}`}
            <span class="unseen">: open it again</span>
          </button>
        ))
      )}
    </p>
  )
}
