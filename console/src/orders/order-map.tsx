import type { GroundMap, MapPlace, OrderDetail } from '../../../src/api/schemas/fulfilment-pages.ts'
import { Ground } from '../network/map-drawing.tsx'
import { groundMap } from './orders-state.ts'

/** Where the boxes of an order start and where they go. What it shows stands in the list of boxes. */
export function OrderMap({ detail }: { detail: OrderDetail }) {
  const ground = groundMap.data.value
  const { area, order } = detail
  const sending = new Set(
    order.parcels.filter(({ status }) => status !== 'cancelled').map(({ siteId }) => siteId),
  )
  const sites = detail.sites.filter(({ id }) => sending.has(id))
  const names = sites.map(({ name }) => name).join(' and ')
  const label = names === '' ? `Map: ${area.name}` : `Map: from ${names} to ${area.name}`
  return (
    <div class="map-room boxes" role="img" aria-label={label}>
      {ground === undefined ? null : <Drawing ground={ground} area={area} sites={sites} />}
    </div>
  )
}

interface DrawingProps {
  readonly ground: GroundMap
  readonly area: MapPlace
  readonly sites: readonly MapPlace[]
}

function Drawing({ ground, area, sites }: DrawingProps) {
  const points = ground.points.map((point) => ({ name: '', regionId: null, ...point }))
  const land = [{ regionId: null, path: ground.land, x: null, y: null }]
  return (
    <svg viewBox={`0 0 ${ground.width} ${ground.height}`} aria-hidden="true">
      <Ground map={{ regions: land, states: ground.states, areas: points }} />
      {sites.map(({ id, x, y }) =>
        x === null || y === null || area.x === null || area.y === null ? null : (
          <path key={id} d={arc(x, y, area.x, area.y)} class="box-way" />
        ),
      )}
      {sites.map(({ id, x, y }) =>
        x === null || y === null ? null : (
          <rect key={id} x={x - 9} y={y - 9} width="18" height="18" class="site stock" />
        ),
      )}
      {area.x === null || area.y === null ? null : (
        <circle cx={area.x} cy={area.y} r="11" class="box-end" />
      )}
    </svg>
  )
}

/** A way that bends a little, so that two from near sites can be told apart. */
function arc(x1: number, y1: number, x2: number, y2: number): string {
  const [dx, dy] = [x2 - x1, y2 - y1]
  const bend = dx < 0 ? 0.14 : -0.14
  const [mx, my] = [(x1 + x2) / 2 - bend * dy, (y1 + y2) / 2 + bend * dx]
  return `M${x1} ${y1}Q${mx.toFixed(1)} ${my.toFixed(1)} ${x2} ${y2}`
}
