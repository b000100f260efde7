import { pageViews } from '../parts/page-views.tsx'

const VIEWS = [
  { value: 'try', label: 'Try' },
  { value: 'compare', label: 'Compare' },
  { value: 'report', label: 'Report' },
  { value: 'rules', label: 'Rules and models' },
] as const

export type View = (typeof VIEWS)[number]['value']

/** The parts of the page; what was typed stays. */
export const { viewInAddress, Views } = pageViews<View>('Show', VIEWS, [
  'result',
  'compared',
  'set',
  'order',
  'list',
  'panel',
])
