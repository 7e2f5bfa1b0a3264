import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DEFAULT_SPEC } from '../spec/presets.ts';
import { App } from './App.tsx';
import { bindClient, readLink, readShortcuts } from './actions.ts';
import { connect, startWorker } from './client.ts';
import { readView } from './figure/actions.ts';
import { Boundary } from './panels/Boundary.tsx';
import { draftOf } from './settings.ts';
import { openPage, setPage } from './store.ts';
import './style/theme.css';
import './style/layout.css';
import './style/controls.css';
import './style/cards.css';
import './style/chart.css';
import './style/results.css';
import './style/figure.css';
import './style/device.css';

const { store, race, cells } = openPage(draftOf(DEFAULT_SPEC));
setPage({ shortcuts: readShortcuts() });
if (window.location.hash.length > 1) readLink();
window.addEventListener('hashchange', readLink);
bindClient(connect(startWorker(), store, race, cells));
readView();
window.addEventListener('popstate', readView);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Boundary>
      <App />
    </Boundary>
  </StrictMode>,
);
