import { pageViews } from '../parts/page-views.tsx'

const VIEWS = [
  { value: 'products', label: 'Products' },
  { value: 'groups', label: 'Groups' },
  { value: 'models', label: 'Models' },
  { value: 'occasions', label: 'Occasions' },
  { value: 'lost', label: 'Lost sales' },
] as const

export type View = (typeof VIEWS)[number]['value']

/** The lists of the page. */
export const { viewInAddress, Views } = pageViews<View>('List', VIEWS, [
  'segment',
  'event',
  'product',
  'group',
  'level',
])
