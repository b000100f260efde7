import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/grid.css'
import './styles/panel.css'
import './styles/pages.css'
import './styles/demand.css'
import { takeTokenFromAddress } from './api.ts'
import { App } from './app.tsx'
import { address } from './router.ts'
import { preload, store } from './state.ts'

takeTokenFromAddress()
void store.load()
preload(address.peek().page)
render(<App />, document.getElementById('app')!)
