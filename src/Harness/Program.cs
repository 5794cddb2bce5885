Console.WriteLine("harness");
return 0;
