import '@mantine/core/styles.css';
import './app/app.css';
import './app/lists.css';
import './app/parts.css';
import './app/work.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startTexts } from './app/i18n';

void startTexts().then(() => {
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
});
