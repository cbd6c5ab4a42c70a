/**
 * Imported before the handlers: without X-Ray there is nothing to carry a segment along with every promise. Its SDK
 * would hook into each of them (a third of a local scan's time), unless this is set before it is loaded.
 */
process.env['AWS_XRAY_MANUAL_MODE'] ??= 'true';
