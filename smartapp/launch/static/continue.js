// Sends the form on by itself; without scripts its button does.
document.getElementById("continue").submit();
