import { render } from 'preact';
import './console.css';
import { Shell } from './shell.js';

const place = document.getElementById('console');
if (place !== null) render(<Shell />, place);
