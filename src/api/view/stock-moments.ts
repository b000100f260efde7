import type { StockMoment } from '../../fulfilment/index.ts'

/** What happened to units of a product, as a sentence without its end. `nameOf` names sites. */
export function momentWords(
  { kind, siteId, quantity, id }: StockMoment,
  nameOf: (siteId: string) => string,
): string {
  const [units, place] = [unitWords(Math.abs(quantity)), nameOf(siteId)]
  switch (kind) {
    case 'counted':
      return `${place}: counted, ${units} on hand`
    case 'adjusted':
      return `${place}: ${units} ${quantity < 0 ? 'less' : 'more'}, ${(id ?? 'counted').replace('-', ' ')}`
    case 'received':
      return `${place}: ${units} arrived`
    case 'expected':
      return quantity === 0 ? `${place}: a delivery is called off` : `${place}: ${units} expected`
    case 'transferred':
      return `${place}: ${units} on the way from another site`
    case 'reserved':
      return `${place}: ${units} held for ${id}`
    case 'moved':
      return `${place}: ${units} now held here for ${id}`
    case 'confirmed':
      return `${place}: ${units} left the building for ${id}`
    case 'released':
      return `${place}: ${units} free again, no longer held for ${id}`
    case 'expired':
      return `${place}: ${units} free again, ${id} ran out of time`
  }
}

const unitWords = (count: number): string =>
  `${count.toLocaleString('en-GB')} unit${count === 1 ? '' : 's'}`
