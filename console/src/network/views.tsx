import { pageViews } from '../parts/page-views.tsx'

const VIEWS = [
  { value: 'map', label: 'Map' },
  { value: 'lanes', label: 'Lanes' },
  { value: 'trucks', label: 'Trucks' },
  { value: 'route', label: 'A parcel' },
  { value: 'what-if', label: 'What if' },
  { value: 'routes', label: 'Switching' },
  { value: 'sites', label: 'Sites' },
] as const

export type View = (typeof VIEWS)[number]['value']

/** The parts of the page; a form keeps what was put into it. */
export const { viewInAddress, Views } = pageViews<View>('Show', VIEWS, [
  'lane',
  'q',
  'sort',
  'order',
  'status',
  'purpose',
  'step',
  'plan',
])
