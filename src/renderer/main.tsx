import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import '@xyflow/react/dist/style.css';
import './theme/console.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app/app.tsx';
import { onShellEvent } from './app/shell-events.ts';
import { startTexts } from './i18n/index.ts';
import { transport } from './link/index.ts';
import { takeLink, takeMessages } from './stores/fleet-store.ts';
import { usePreferences } from './stores/preferences.ts';
import { loadShell } from './stores/shell-store.ts';

// The page's security policy allows no code that is made at run time.
z.config({ jitless: true });

startTexts(usePreferences.getState().language);
transport.start({ link: takeLink, stream: takeMessages, shell: onShellEvent });
void loadShell();
const root = document.getElementById('console');
if (root !== null) createRoot(root).render(<App />);
