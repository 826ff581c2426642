/** The console: what the browser starts. */
import { createRoot, Frame, Router, StrictMode } from '#console-kit';
import { Entrance } from './shell/entrance.js';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Frame>
      <Router base="/console">
        <Entrance />
      </Router>
    </Frame>
  </StrictMode>,
);
