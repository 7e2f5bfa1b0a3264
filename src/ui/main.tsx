import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { DEFAULT_SPEC } from '../spec/presets.ts';
import { App } from './App.tsx';
import { bindClient, readLink, readShortcuts } from './actions.ts';
import { connect, startWorker } from './client.ts';
import { refuseDroppedFiles } from './dropped.ts';
import { readView } from './figure/actions.ts';
import { speakAtFirst } from './language.ts';
import { readLearn, watchHandout } from './learn/address.ts';
import { keepLink } from './link.ts';
import { keepForOffline } from './offline.ts';
import { Boundary } from './panels/Boundary.tsx';
import { takeServed } from './runs/served.ts';
import { draftOf } from './settings.ts';
import { readEstimates, watchForEstimate } from './shown/estimate.ts';
import { openRecordings, watchSetup } from './shown/recordings.ts';
import { openPage, setPage } from './store.ts';
import './style/theme.css';
import './style/header.css';
import './style/layout.css';
import './style/controls.css';
import './style/setup.css';
import './style/cards.css';
import './style/timeSlider.css';
import './style/smallCharts.css';
import './style/chart.css';
import './style/marks.css';
import './style/results.css';
import './style/figure.css';
import './style/device.css';
import './style/forced.css';

const { store, race, cells } = openPage(draftOf(DEFAULT_SPEC));
setPage({ shortcuts: readShortcuts(), estimates: readEstimates() });
await speakAtFirst();
if (window.location.hash.length > 1) readLink();
window.addEventListener('hashchange', readLink);
keepLink(store);
refuseDroppedFiles();
bindClient(connect(startWorker, store, race, cells));
readView();
readLearn();
watchHandout(store);
void takeServed();
void openRecordings();
watchSetup(store);
watchForEstimate(store);
window.addEventListener('popstate', readView);
window.addEventListener('popstate', readLearn);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Boundary>
      <App />
    </Boundary>
  </StrictMode>,
);

keepForOffline();
