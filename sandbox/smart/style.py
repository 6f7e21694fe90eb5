"""The look of this EHR, as SMART apps are told it."""

from __future__ import annotations

# SMART App Launch 2.2, "Styling": the names are the standard's, the values those of sandbox.css.
SMART_STYLE = {
    "color_background": "#f2f5f6",
    "color_error": "#b3261e",
    "color_highlight": "#0d6175",
    "color_modal_backdrop": "",
    "color_success": "#1d6b45",
    "color_text": "#17262e",
    "dim_border_radius": "8px",
    "dim_font_size": "15px",
    "dim_spacing_size": "16px",
    "font_family_body": "system-ui, sans-serif",
    "font_family_heading": "system-ui, sans-serif",
}
