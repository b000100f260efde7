import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/grid.css'
import './styles/panel.css'
import './styles/pages.css'
import { takeTokenFromAddress } from './api.ts'
import { App } from './app.tsx'

takeTokenFromAddress()
render(<App />, document.getElementById('app')!)
