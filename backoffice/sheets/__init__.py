"""CSV and XLSX: read with limits, written so that no cell is ever a formula."""
