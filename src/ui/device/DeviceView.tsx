import { ErrorCard } from '../panels/ErrorCard.tsx';
import { Notices } from '../panels/Header.tsx';
import { Setup } from '../panels/Setup.tsx';
import { Device } from './Device.tsx';

/** The setup stays beside it: what is looked at is a race as it runs. */
export default function DeviceView() {
  return (
    <div className="page">
      <main className="race">
        <Notices />
        <ErrorCard />
        <Device />
      </main>
      <aside className="side">
        <Setup />
      </aside>
    </div>
  );
}
